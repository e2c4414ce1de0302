namespace SloRollback.Indicators;

/// <summary>Which selectors of an indicator matched no series in a step.</summary>
[Flags]
public enum AbsentSelectors
{
    /// <summary>Both matched.</summary>
    None = 0,

    /// <summary>The first did not match.</summary>
    First = 1,

    /// <summary>The second did not match.</summary>
    Second = 2,

    /// <summary>Neither matched.</summary>
    Both = First | Second,
}
