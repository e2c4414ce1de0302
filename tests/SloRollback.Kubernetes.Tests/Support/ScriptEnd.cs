namespace SloRollback.Kubernetes.Tests.Support;

/// <summary>How a scripted watch ends.</summary>
public enum ScriptEnd
{
    /// <summary>The server ends it in order.</summary>
    Ends,

    /// <summary>The connection breaks.</summary>
    Breaks,

    /// <summary>Nothing more comes.</summary>
    Hangs,
}
