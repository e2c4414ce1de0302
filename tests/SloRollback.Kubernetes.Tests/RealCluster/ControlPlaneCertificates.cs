using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SloRollback.Kubernetes.Tests.RealCluster;

/// <summary>The keys, certificates and tokens of one control plane, as files in its directory.</summary>
internal static class ControlPlaneCertificates
{
    public const string AdminToken = "admin-token";
    public const string LimitedToken = "limited-token";

    public static void Write(string directory)
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=test-ca", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, critical: false));
        using var authority = authorityRequest.CreateSelfSigned(from, to);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest("CN=kube-apiserver", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.Parse("10.0.0.1"));
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes.default.svc");
        serverRequest.CertificateExtensions.Add(names.Build());
        serverRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        serverRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        serverRequest.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        serverRequest.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var serial = RandomNumberGenerator.GetBytes(8);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
        using var server = serverRequest.Create(authority, from, to, serial);

        using var tokenKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(directory, "ca.crt"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "server.crt"), server.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "server.key"), serverKey.ExportECPrivateKeyPem());
        File.WriteAllText(Path.Combine(directory, "sa.key"), tokenKey.ExportECPrivateKeyPem());

        // token, user, uid, groups
        File.WriteAllText(Path.Combine(directory, "tokens.csv"), $"{AdminToken},admin,1,\"system:masters\"\n{LimitedToken},limited,2,\"limited-group\"\n");
    }

    /// <summary>The text of a kubeconfig for one of the tokens.</summary>
    public static string Kubeconfig(string directory, Uri server, string user, string token) => $$$"""
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "{{{server.ToString().TrimEnd('/')}}}", certificate-authority-data: "{{{Convert.ToBase64String(File.ReadAllBytes(Path.Combine(directory, "ca.crt")))}}}"}}]
        users: [{name: {{{user}}}, user: {token: "{{{token}}}"}}]
        contexts: [{name: test, context: {cluster: test, user: {{{user}}}, namespace: default}}]
        current-context: test

        """;
}
