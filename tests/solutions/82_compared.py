"Right and wrong answers to the exercises of lesson 82"


def winner(frame, column):
    s = frame[column].sort_values()
    return 'nobody' if s.iloc[1] <= 1.01 * s.iloc[0] else s.index[0]


def per_cost(err, make):
    def beaten(m):
        return any(err[o] <= err[m] and make[o] <= make[m] and (err[o], make[o]) != (err[m], make[m]) for o in err)

    return sorted((m for m in err if not beaten(m)), key=make.get)


class wrong:
    @staticmethod
    def winner(frame, column):
        return frame[column].idxmin()

    @staticmethod
    def per_cost(err, make):
        return sorted(err, key=make.get)
