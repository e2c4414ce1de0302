using Microsoft.Extensions.Options;
using SloRollback.Kubernetes.Clusters;

namespace SloRollback.Kubernetes;

/// <summary>Checks each option by its attributes.</summary>
[OptionsValidator]
internal sealed partial class KubernetesOptionsValidator : IValidateOptions<KubernetesOptions>;

/// <summary>Checks what attributes cannot say.</summary>
internal sealed class KubernetesOptionsRules : IValidateOptions<KubernetesOptions>
{
    private static readonly (TimeSpan Minimum, TimeSpan Maximum) Timeouts = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10));

    public ValidateOptionsResult Validate(string? name, KubernetesOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.Timeout < Timeouts.Minimum || options.Timeout > Timeouts.Maximum)
        {
            result.AddError(
                $"{options.Timeout:c} is not between {Timeouts.Minimum:c} and {Timeouts.Maximum:c}; write hours:minutes:seconds, such as 00:00:15.",
                nameof(options.Timeout));
        }

        // The API server takes printable characters only.
        if (options.FieldManager is { } manager && manager.Any(c => char.IsControl(c) || char.IsSurrogate(c)))
            result.AddError("It holds a character that cannot be printed.", nameof(options.FieldManager));

        foreach (var cluster in ClusterSettings.All(options).Where(c => c.InCluster == true && (c.Kubeconfig is not null || c.Context is not null)))
        {
            result.AddError(
                "A cluster is reached either as the pod that this process runs in or by a kubeconfig; remove one of the two.",
                cluster.Name.Length == 0 ? nameof(options.InCluster) : $"{nameof(options.Clusters)}:{cluster.Name}:{nameof(options.InCluster)}");
        }

        return result.Build();
    }
}
