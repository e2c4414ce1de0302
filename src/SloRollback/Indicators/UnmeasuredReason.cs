namespace SloRollback.Indicators;

/// <summary>Why an indicator could not be read.</summary>
public enum UnmeasuredReason
{
    /// <summary>It was read.</summary>
    None,

    /// <summary>The source could not be reached, or broke off.</summary>
    Unreachable,

    /// <summary>The source did not answer in time.</summary>
    Timeout,

    /// <summary>The source refused our credentials (401, 403).</summary>
    Unauthorized,

    /// <summary>The source rejected the query itself.</summary>
    QueryRejected,

    /// <summary>The source reported an error of its own (5xx, overload).</summary>
    SourceError,

    /// <summary>The answer was not what its protocol promises: not JSON, truncated, of the wrong shape, or too large.</summary>
    InvalidAnswer,

    /// <summary>The source answers, but its newest sample is too old.</summary>
    Stale,

    /// <summary>The selector of good events has never matched a series: more likely a typo than an outage.</summary>
    SelectorNeverMatched,

    /// <summary>The source itself failed with an exception: a bug in it.</summary>
    SourceFault,
}
