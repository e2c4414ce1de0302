using Microsoft.Extensions.DependencyInjection;

namespace SloRollback;

/// <summary>What <c>AddSloRollback</c> returns: the place where providers add themselves.</summary>
public interface ISloRollbackBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }
}
