namespace SloRollback.Tests.Deployments;

public sealed class DeploymentTargetTests
{
    [Fact]
    public void A_target_reads_as_provider_infrastructure_and_workload()
    {
        var target = new DeploymentTarget { Provider = "kubernetes", Workload = "shop/deployment/checkout" };
        Assert.Equal("kubernetes:shop/deployment/checkout", target.ToString());
        Assert.Equal("kubernetes:prod-eu/shop/deployment/checkout", (target with { Infrastructure = "prod-eu" }).ToString());
    }
}
