namespace SloRollback.Tests.Support;

/// <summary>Random choices that follow from one number: a failing property prints it, and the same number fails again.</summary>
public sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    public static Arbitrary<Dice> Arbitrary() => Gen.Choose(0, int.MaxValue).Select(seed => new Dice(seed)).ToArbitrary();

    public int Below(int end) => random.Next(end);

    public int Between(int first, int last) => random.Next(first, last + 1);

    public bool Chance(double share) => random.NextDouble() < share;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    public T? Maybe<T>(double share, Func<T> make) where T : struct => Chance(share) ? make() : null;

    public ImmutableArray<T> Some<T>(int most, Func<int, T> make) => [.. Enumerable.Range(0, Between(0, most)).Select(make)];

    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        var shuffled = items.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"new Dice({seed})");
}
