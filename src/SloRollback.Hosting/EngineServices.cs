using Microsoft.Extensions.DependencyInjection;

namespace SloRollback.Hosting;

/// <summary>Registers what runs the engine: the loop, the coordinator, the journal and what they report to.</summary>
internal static class EngineServices
{
    /// <summary>Called once per host, after the configuration is registered.</summary>
    public static void Add(IServiceCollection services)
    {
    }
}
