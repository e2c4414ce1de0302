namespace SloRollback.Rollbacks;

/// <summary>How far a probe is.</summary>
public enum ProbeStatus
{
    /// <summary>The call failed; what became of the probe is to be asked with <see cref="IControlProbe.ReadAsync"/>.</summary>
    Failed,

    /// <summary>The provider refused and changed nothing: capacity, quota or policy lacks, or there is no such revision.</summary>
    Refused,

    /// <summary>The platform accepted it; it does not serve yet.</summary>
    Starting,

    /// <summary>It serves.</summary>
    Serving,

    /// <summary>It is gone, or never was.</summary>
    Removed,
}
