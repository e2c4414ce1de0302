using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Prometheus;

namespace SloRollback.Sample.Checkout;

/// <summary>
/// One process of the service: a web server with its own counters at <c>/metrics</c>. They begin at 0, as they do in every new
/// process; whoever reads them has to cope with that.
/// </summary>
internal sealed class CheckoutProcess : IAsyncDisposable
{
    private readonly CollectorRegistry registry = Metrics.NewCustomRegistry();
    private readonly AppVersion version;
    private readonly Dependency dependency;
    private readonly Counter requests;
    private readonly WebApplication app;

    private CheckoutProcess(AppVersion version, int port, Dependency dependency, TimeProvider time)
    {
        (this.version, this.dependency) = (version, dependency);
        var metrics = Metrics.WithCustomRegistry(registry);
        requests = metrics.CreateCounter("http_requests_total", "Requests answered.", "code");
        metrics.CreateGauge("process_start_time_seconds", "Start of the process since the Unix epoch.")
            .Set(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d);

        // An empty builder: the service neither reads the settings of whoever runs the sample nor listens to Ctrl+C on its own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public Uri Address => new(app.Urls.First());

    /// <summary>Starts a process; port 0 takes a free one.</summary>
    public static async Task<CheckoutProcess> StartAsync(
        AppVersion version, int port, Dependency dependency, TimeProvider time, CancellationToken cancellationToken)
    {
        var process = new CheckoutProcess(version, port, dependency, time);
        try
        {
            await process.app.StartAsync(cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/metrics" => ExposeAsync(context),
        "/checkout" => CheckOutAsync(context),
        _ => NotFoundAsync(context),
    };

    private async Task ExposeAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        await registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    private Task CheckOutAsync(HttpContext context)
    {
        var code = Random.Shared.NextDouble() < dependency.FailureShare ? StatusCodes.Status503ServiceUnavailable
            : Random.Shared.NextDouble() < version.FailureShare ? StatusCodes.Status500InternalServerError
            : StatusCodes.Status200OK;
        context.Response.StatusCode = code;
        requests.WithLabels(code.ToString(provider: null)).Inc();
        return context.Response.WriteAsync(version.Name, context.RequestAborted);
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>Lives until it is disposed of, not until the console says stop.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
