"Right and wrong answers to the exercises of lesson 19"

from pose_attn.model.method import full_frame_output


def ghost(bank, p_d):
    return full_frame_output((bank.s.mean(1) + p_d) / 2)


def questions(b, n):
    return b * n, b * n


class wrong:
    @staticmethod
    def questions(b, n):
        return b * n, b * n * (n - 1)

    @staticmethod
    def ghost(bank, p_d):
        return full_frame_output((bank.s[:, 0] + p_d) / 2)
