using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SloRollback.Kubernetes.Workloads;

namespace SloRollback.Kubernetes.Planning;

/// <summary>
/// The difference of two pod templates in lines for people. Values are shown of images and resources only; environment variables are
/// told by name and a salted hash, everything else by its place, since any of it may hold a secret.
/// </summary>
internal static class TemplateDiff
{
    private static readonly string[] Shown = ["image", "resources"];

    /// <summary>The lines; none when the templates are the same.</summary>
    /// <param name="from">What runs.</param>
    /// <param name="to">What comes back.</param>
    /// <param name="salt">Makes the hashes of one diff incomparable with those of others.</param>
    public static ImmutableArray<string> Of(PodTemplate from, PodTemplate to, string salt)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var list in (string[])["initContainers", "containers"])
        {
            var (before, after) = (Named(from.Json, list), Named(to.Json, list));
            foreach (var name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
            {
                var title = $"{(list == "containers" ? "container" : "init container")} {name}";
                if (!after.TryGetValue(name, out var added))
                    lines.Add($"{title}: removed");
                else if (!before.TryGetValue(name, out var removed))
                    lines.Add($"{title}: added, image {added.Text("image")}");
                else
                    Compare(lines, title, removed, added, salt);
            }
        }

        foreach (var place in Places(from.Json, to.Json, "", ["spec.initContainers", "spec.containers"]))
            lines.Add($"{place} changes");
        return lines.DrainToImmutable();
    }

    private static void Compare(ImmutableArray<string>.Builder lines, string title, JsonElement from, JsonElement to, string salt)
    {
        if (from.Text("image") != to.Text("image"))
            lines.Add($"{title}: image {from.Text("image")} → {to.Text("image")}");

        var (before, after) = (Variables(from), Variables(to));
        foreach (var name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (was, now) = (before.GetValueOrDefault(name), after.GetValueOrDefault(name));
            if (was != now)
                lines.Add($"{title}: env {name} {Hash(was, salt)} → {Hash(now, salt)}");
        }

        var (old, young) = (Leaves(from.At("resources")), Leaves(to.At("resources")));
        foreach (var name in old.Keys.Union(young.Keys).Order(StringComparer.Ordinal))
        {
            if (old.GetValueOrDefault(name, "none") is var was && young.GetValueOrDefault(name, "none") is var now && was != now)
                lines.Add($"{title}: resources {name} {was} → {now}");
        }

        foreach (var place in Places(from, to, "", [.. Shown, "env"]))
            lines.Add($"{title}: {place} changes");
    }

    private static Dictionary<string, JsonElement> Named(JsonElement template, string list) =>
        template.Items("spec", list).Where(c => c.Text("name") is not null).DistinctBy(c => c.Text("name")).ToDictionary(c => c.Text("name")!);

    // Of several of one name the last one counts, as in the container.
    private static Dictionary<string, string> Variables(JsonElement container)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in container.Items("env"))
            variables[variable.Text("name") ?? ""] = variable.At("valueFrom") is { } source ? source.GetRawText() : variable.Text("value") ?? "";
        return variables;
    }

    private static Dictionary<string, string> Leaves(JsonElement? resources)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in (string[])["requests", "limits"])
        {
            foreach (var amount in resources?.Members(group) ?? [])
                leaves[$"{group}.{amount.Name}"] = amount.Value.ToString();
        }

        return leaves;
    }

    /// <summary>The places of what differs, one level deep below maps: <c>metadata.labels.tier</c>, <c>spec.volumes</c>.</summary>
    private static IEnumerable<string> Places(JsonElement from, JsonElement to, string path, string[] except)
    {
        if (from.ValueKind != JsonValueKind.Object || to.ValueKind != JsonValueKind.Object)
        {
            if (!JsonElement.DeepEquals(from, to))
                yield return path;
            yield break;
        }

        foreach (var name in from.EnumerateObject().Select(m => m.Name).Union(to.EnumerateObject().Select(m => m.Name)).Order(StringComparer.Ordinal))
        {
            var place = path.Length == 0 ? name : $"{path}.{name}";
            if (except.Contains(place))
                continue;

            var (was, now) = (from.At(name), to.At(name));
            if (was is { } one && now is { } other)
            {
                foreach (var inner in Places(one, other, place, except))
                    yield return inner;
            }
            else if (was is not null || now is not null)
            {
                yield return place;
            }
        }
    }

    private static string Hash(string? value, string salt) => value is null
        ? "none"
        : "#" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(salt), Encoding.UTF8.GetBytes(value)).AsSpan(0, 4));
}
