namespace SloRollback.Kubernetes.Tests.Takeover;

/// <summary>When the leader dies.</summary>
public enum Moment
{
    /// <summary>Never.</summary>
    None,

    /// <summary>It has seen errors, and not yet decided.</summary>
    BeforeDecision,

    /// <summary>The journal says that it executes; its patch is on the way and has not arrived.</summary>
    BeforePatch,

    /// <summary>The server took the patch; the answer is on the way.</summary>
    BeforeAnswer,

    /// <summary>The old version serves again, and it is watched whether that helps.</summary>
    Verification,
}
