using Microsoft.Extensions.Options;

namespace SloRollback.Kubernetes;

/// <summary>Checks each option by its attributes.</summary>
[OptionsValidator]
internal sealed partial class KubernetesLeaseOptionsValidator : IValidateOptions<KubernetesLeaseOptions>;
