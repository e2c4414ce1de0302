using System.Security.Cryptography;
using System.Text;
using SloRollback.Deployments;

namespace SloRollback.Rollbacks;

/// <summary>
/// Identity of a rollback. It derives from the deployment that is rolled back, so that no crash, restart, replica or clock step can
/// start a second one (SEMANTICS §8).
/// </summary>
/// <param name="Value">The id's text: <c>rb-</c> and 16 hexadecimal digits.</param>
public readonly record struct RollbackId(string Value)
{
    /// <summary>The id of the one rollback that a deployment can have.</summary>
    /// <param name="deployment">The deployment to roll back.</param>
    public static RollbackId Of(DeploymentId deployment) =>
        new("rb-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(deployment.Value)).AsSpan(0, 8)));

    /// <summary>The id's text.</summary>
    public override string ToString() => Value;
}
