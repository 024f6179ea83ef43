"Right and wrong answers to the exercises of lesson 63"

import torch


def turned(J):
    return torch.atan2(J[..., 1, 0] - J[..., 0, 1], J[..., 0, 0] + J[..., 1, 1])


def chain_jacobian(T, U, z):
    return T.jacobian(U(z)) @ U.jacobian(z)


class wrong:
    @staticmethod
    def turned(J):
        return torch.atan2(J[..., 1, 0], J[..., 0, 0])

    @staticmethod
    def chain_jacobian(T, U, z):
        return T.jacobian(z) @ U.jacobian(z)
