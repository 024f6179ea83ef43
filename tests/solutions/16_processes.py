def agree(numbers):
    return [numbers[0]] * len(numbers)


def weights_of(sizes):
    return [1 / (len(sizes) * n) for n in sizes]


class wrong:
    def agree(numbers):
        return [sum(numbers) / len(numbers)] * len(numbers)

    def weights_of(sizes):
        return [1 / sum(sizes)] * len(sizes)
