using SloRollback.Deployments;
using SloRollback.Rollbacks;

namespace SloRollback.Serialization;

/// <summary>Deployment ids as their text.</summary>
internal sealed class DeploymentIdConverter : TextConverter<DeploymentId>
{
    protected override bool TryParse(string text, out DeploymentId value)
    {
        value = new DeploymentId(text);
        return true;
    }

    protected override string Format(DeploymentId value) => value.Value ?? "";
}

/// <summary>Rollback ids as their text.</summary>
internal sealed class RollbackIdConverter : TextConverter<RollbackId>
{
    protected override bool TryParse(string text, out RollbackId value)
    {
        value = new RollbackId(text);
        return true;
    }

    protected override string Format(RollbackId value) => value.Value ?? "";
}
