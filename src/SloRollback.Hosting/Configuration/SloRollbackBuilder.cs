using Microsoft.Extensions.DependencyInjection;

namespace SloRollback.Hosting.Configuration;

internal sealed class SloRollbackBuilder(IServiceCollection services) : ISloRollbackBuilder
{
    public IServiceCollection Services { get; } = services;
}
