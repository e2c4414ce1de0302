using System.Runtime.CompilerServices;

namespace SloRollback.Testing;

/// <summary>What a case demands.</summary>
internal static class Must
{
    public static void Be<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new ConformanceException($"{what}: expected {expected}, was {actual}");
    }

    public static void BeInOrder<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        var (e, a) = (expected.ToList(), actual.ToList());
        if (!e.SequenceEqual(a))
            throw new ConformanceException($"{what}: expected [{string.Join(", ", e)}], was [{string.Join(", ", a)}]");
    }

    public static void Hold(bool holds, string what, [CallerArgumentExpression(nameof(holds))] string? claim = null)
    {
        if (!holds)
            throw new ConformanceException($"{what}: {claim} does not hold");
    }
}
