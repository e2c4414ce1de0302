using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using NodaTime.Text;
using SloRollback.Deployments;
using SloRollback.Objectives;
using SloRollback.Rollbacks;

var builder = Host.CreateApplicationBuilder(args);
builder.AddSloRollback()
    .AddPrometheus(o => o.BaseAddress = new Uri("http://localhost:9090"))
    .AddDeployments("ci")
    .AddMonitoredService("checkout", "production", service => service
        .DeployedOn("ci", "checkout")
        .Objective("availability", target: 99.9m, CompliancePeriod.Rolling(days: 30), slo => slo
            .Events(valid: "http_requests_total{job='checkout'}", bad: "http_requests_total{job='checkout',code=~'5..'}")
            .RollBack("bad-release", within: Duration.FromHours(1), RollbackMode.Observe)));
var host = builder.Build();

// Whoever deploys says so: here the pipeline, with --deployedAt, once it is done.
var deployedAt = InstantPattern.General.Parse(builder.Configuration["deployedAt"] ?? "2026-11-23T14:02:00Z").Value;
host.Services.GetRequiredService<IDeploymentRecorder>().Record(new Deployment
{
    Target = new DeploymentTarget { Provider = "ci", Workload = "checkout" },
    Revision = new Revision { Id = "sha256:4f2c", Name = "v42" },
    StartedAt = deployedAt,
    EndedAt = deployedAt,
    Outcome = DeploymentOutcome.Completed,
});
await host.RunAsync();
