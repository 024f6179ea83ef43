"Right and wrong answers to the exercises of lesson 22"


def nearer():
    return 'same pose'


def nudge(pose, kp, k, dx, h, w):
    moved = kp.clone()
    moved[:, k, 0] += dx
    return (pose.from_keypoints(moved, h, w) - pose.from_keypoints(kp, h, w))[0].norm(dim=0).detach()


class wrong:
    @staticmethod
    def nearer():
        return 'same person'  # that would be an appearance embedding

    @staticmethod
    def nudge(pose, kp, k, dx, h, w):  # moves the caller's points
        a = pose.from_keypoints(kp, h, w)
        kp[:, k, 0] += dx
        return (pose.from_keypoints(kp, h, w) - a)[0].norm(dim=0).detach()
