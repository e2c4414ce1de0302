using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s;
using k8s.Authentication;
using k8s.Exceptions;

namespace SloRollback.Kubernetes.Clusters;

/// <summary>What Kubernetes gives a pod to reach its API server with: where it listens, and in a directory the account's token and the authority of its certificate.</summary>
/// <param name="Directory">Where the files <c>token</c>, <c>ca.crt</c> and <c>namespace</c> are.</param>
/// <param name="Host">Of the API server; <see langword="null"/> outside of pods.</param>
/// <param name="Port">Its port.</param>
internal sealed record PodAccount(string Directory, string? Host, string? Port)
{
    private const string Mounted = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Does the process run in a pod that has an account?</summary>
    public bool IsThere => Host is { Length: > 0 } && Port is { Length: > 0 } && File.Exists(TokenFile) && File.Exists(AuthorityFile);

    /// <summary>The namespace of the pod; <see langword="null"/> when nobody told.</summary>
    public string? Namespace => File.Exists(NamespaceFile) && File.ReadAllText(NamespaceFile).Trim() is { Length: > 0 } told ? told : null;

    private string TokenFile => Path.Combine(Directory, "token");

    private string AuthorityFile => Path.Combine(Directory, "ca.crt");

    private string NamespaceFile => Path.Combine(Directory, "namespace");

    /// <summary>As the kubelet set it up.</summary>
    public static PodAccount FromEnvironment() =>
        new(Mounted, Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"), Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"));

    /// <summary>How the API server is reached. The token is read again and again: the kubelet renews it every hour.</summary>
    /// <exception cref="KubeConfigException">It is no pod, or one without an account.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public KubernetesClientConfiguration Configure() => IsThere
        ? new KubernetesClientConfiguration
        {
            // An IPv6 address becomes part of an address in brackets.
            Host = new UriBuilder(Uri.UriSchemeHttps, Host!, int.Parse(Port!, System.Globalization.CultureInfo.InvariantCulture)).ToString(),
            TokenProvider = new TokenFileAuth(TokenFile),
            SslCaCerts = ReadAuthority(),
            Namespace = Namespace,
        }
        : throw new KubeConfigException(
            $"this process does not run in a pod with a service account: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be set, and {TokenFile} and {AuthorityFile} be there");

    private X509Certificate2Collection ReadAuthority()
    {
        var authority = new X509Certificate2Collection();
        try
        {
            authority.ImportFromPemFile(AuthorityFile);
            return authority;
        }
        catch (CryptographicException e)
        {
            throw new KubeConfigException($"{AuthorityFile} holds no certificates: {e.Message}", e);
        }
    }
}
