using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using SloRollback.Kubernetes.Tests.RealCluster;

namespace SloRollback.Kubernetes.Tests.Documentation;

/// <summary>The manifests of <c>docs/kubernetes</c>, applied with the namespaces of a test in the place of the page's.</summary>
internal static partial class PublishedManifests
{
    /// <summary>The namespace that holds the workloads on the page.</summary>
    private const string Workloads = "shop";

    /// <summary>The namespace of the worker on the page; also the name of everything in it.</summary>
    private const string Worker = "slorollback";

    public static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "SloRollback.sln")))
                directory = directory.Parent;
            return directory?.FullName ?? throw new DirectoryNotFoundException("SloRollback.sln is not above the tests.");
        }
    }

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, "docs", "kubernetes", file));

    /// <summary>The objects of a file, with the namespaces of a test.</summary>
    public static IReadOnlyList<object> Objects(string file, string worker = Worker, string workloads = Workloads) =>
        KubernetesYaml.LoadAllFromString(Namespaces().Replace(Read(file), m => $"namespace: {(m.Groups[1].Value == Worker ? worker : workloads)}"), strict: true);

    /// <summary>Makes them: what is in the worker's namespace in one, the rest in the other.</summary>
    public static async Task ApplyAsync(string file, TestNamespace worker, TestNamespace workloads)
    {
        foreach (var item in Objects(file, worker.Name, workloads.Name))
        {
            var space = ((IKubernetesObject<V1ObjectMeta>)item).Metadata.NamespaceProperty == worker.Name ? worker : workloads;
            Task made = item switch
            {
                V1ServiceAccount account => space.Kube.CoreV1.CreateNamespacedServiceAccountAsync(account, space.Name),
                V1ConfigMap map => space.Kube.CoreV1.CreateNamespacedConfigMapAsync(map, space.Name),
                V1Role role => space.Kube.RbacAuthorizationV1.CreateNamespacedRoleAsync(role, space.Name),
                V1RoleBinding binding => space.Kube.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(binding, space.Name),
                V1Deployment deployment => space.Kube.AppsV1.CreateNamespacedDeploymentAsync(deployment, space.Name),
                _ => throw new NotSupportedException($"{file} holds a {item.GetType().Name}"),
            };
            await made;
        }
    }

    /// <summary>What Roles allow, as <c>list pods</c> or <c>patch deployments.apps</c>.</summary>
    public static IReadOnlyList<string> Allowed(params string[] files) =>
    [
        .. files.SelectMany(f => Objects(f)).OfType<V1Role>().SelectMany(r => r.Rules)
            .SelectMany(r => r.Verbs.SelectMany(v => r.Resources.SelectMany(t => r.ApiGroups.Select(g => $"{v} {t}{(g.Length > 0 ? "." : "")}{g}"))))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A kubeconfig file of the page's service account, with a token that the API server made for it.</summary>
    public static async Task<string> AccountKubeconfigAsync(TestNamespace space, string directory)
    {
        var token = await space.Kube.CoreV1.CreateNamespacedServiceAccountTokenAsync(
            new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { Audiences = [], ExpirationSeconds = 3600 } }, Worker, space.Name);
        var configuration = KubernetesClientConfiguration.LoadKubeConfig(space.Kubeconfig);
        foreach (var user in configuration.Users)
            user.UserCredentials = new k8s.KubeConfigModels.UserCredentials { Token = token.Status.Token };
        var path = Path.Combine(directory, "account.kubeconfig");
        await File.WriteAllTextAsync(path, KubernetesYaml.Serialize(configuration));
        return path;
    }

    [GeneratedRegex($"namespace: ({Workloads}|{Worker}|argocd)\\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Namespaces();
}
