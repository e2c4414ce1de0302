namespace SloRollback.Testing;

/// <summary>A provider breaks the law of its contract; the message says which, what was expected and what came.</summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Says what is broken.</summary>
    /// <param name="message">What was expected, and what came.</param>
    public ConformanceException(string message)
        : base(message)
    {
    }
}
