using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SloRollback;
using SloRollback.Deployments;
using SloRollback.Hosting.Deployments;
using SloRollback.Rollbacks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a host's own way to deploy.</summary>
public static class SloRollbackDeploymentExtensions
{
    /// <summary>
    /// Adds deployments that the host reports through <see cref="IDeploymentRecorder"/>, which is in the service container. Nothing can
    /// be rolled back: rules on such a target observe only, and any other mode is a fault of the configuration.
    /// </summary>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="name">The name by which targets refer to it, for example <c>ci</c>.</param>
    /// <returns>The same builder.</returns>
    public static ISloRollbackBuilder AddDeployments(this ISloRollbackBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationCheck, ObserveOnlyCheck>());
        return builder.AddDeployments<ObserveOnlyRollbacker>(name);
    }

    /// <summary>
    /// Adds a rollbacker of the host's own. The host reports its deployments through <see cref="IDeploymentRecorder"/>, which is in
    /// the service container; the history they make is kept in memory and current by definition.
    /// </summary>
    /// <typeparam name="TRollbacker">Brings earlier revisions back; made once.</typeparam>
    /// <param name="builder">What <c>AddSloRollback</c> returned.</param>
    /// <param name="name">The name by which targets refer to it, for example <c>nomad</c>.</param>
    /// <returns>The same builder.</returns>
    public static ISloRollbackBuilder AddDeployments<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TRollbacker>(
        this ISloRollbackBuilder builder, string name)
        where TRollbacker : class, IDeploymentRollbacker
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.AddSingleton(new ProviderRegistration(ProviderKind.Deployments, name));
        builder.Services.TryAddKeyedSingleton<IDeploymentRollbacker, TRollbacker>(name);
        builder.Services.TryAddKeyedSingleton<IDeploymentHistory>(name, (provider, _) => provider.GetRequiredService<InMemoryDeploymentHistory>());
        return builder;
    }
}
