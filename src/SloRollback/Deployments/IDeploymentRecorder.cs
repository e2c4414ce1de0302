namespace SloRollback.Deployments;

/// <summary>Lets the host itself report deployments, where no platform is watched.</summary>
public interface IDeploymentRecorder
{
    /// <summary>
    /// Records a deployment, or replaces what was known of it: the same target, workload, revision and start is the same
    /// deployment. May be repeated.
    /// </summary>
    /// <param name="deployment">The deployment as it is known now.</param>
    void Record(Deployment deployment);
}
