using System.Buffers;

namespace SloRollback.Prometheus;

/// <summary>What an address and a header must be like.</summary>
internal static class HttpAddress
{
    public static SearchValues<char> HeaderNameCharacters { get; } =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>What is wrong with an address, without repeating it: it may hold a password.</summary>
    public static string? Problem(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
            return "An address is absolute and begins with http:// or https://, such as http://prometheus:9090.";

        return address.UserInfo.Length > 0
            ? "An address holds no user name or password; use a header or the host's IHttpClientBuilder."
            : null;
    }
}
