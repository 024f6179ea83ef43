"Right and wrong answers to the exercises of lesson 22"

def squeeze(cfg): return 3*cfg.size**2/(2*cfg.K)

def nudge(pose, kp, k, dx, h, w):
    moved = kp.clone(); moved[:,k,0] += dx
    return (pose.from_keypoints(moved, h, w)-pose.from_keypoints(kp, h, w))[0].norm(dim=0).detach()

class wrong:
    @staticmethod
    def squeeze(cfg): return 3*cfg.size**2/cfg.K                           # a point has two coordinates
    @staticmethod
    def nudge(pose, kp, k, dx, h, w):                                      # moves the caller's points
        a = pose.from_keypoints(kp, h, w); kp[:,k,0] += dx
        return (pose.from_keypoints(kp, h, w)-a)[0].norm(dim=0).detach()
