using System.Text;
using System.Text.Json;
using SloRollback.Prometheus.Http;
using SloRollback.Prometheus.Tests.Support;

namespace SloRollback.Prometheus.Tests.Http;

/// <summary>Labels as they are written, read against a document of them.</summary>
public sealed class LabelsJsonTests
{
    private const string Spice = "\"\\/\b\f\n\r\t\u0001 {}:,é\u20ac\U0001F600ab_";

    [SeedProperty(MaxTest = 3000)]
    public void They_are_read_as_a_document_is(int seed)
    {
        var random = new Random(seed);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = random.Next(5); i > 0; i--)
            labels[Text(random)] = Text(random);

        var json = Written(labels, random);
        Assert.Equal(labels, JsonSerializer.Deserialize<Dictionary<string, string>>(json));

        var read = new List<KeyValuePair<string, string>>();
        foreach (var label in new LabelsJson(json))
        {
            read.Add(KeyValuePair.Create(label.Name, label.Value));
            var buffer = new byte[label.MaximumValueBytes];
            Assert.Equal(label.Value, Encoding.UTF8.GetString(buffer, 0, label.CopyValue(buffer)));
            Assert.True(label.ValueEquals(Encoding.UTF8.GetBytes(label.Value)));
            Assert.False(label.ValueEquals(Encoding.UTF8.GetBytes(label.Value + "x")));
        }

        Assert.Equal(labels, read);
        Assert.All(labels, l => Assert.Equal(l.Value, new LabelsJson(json).Find(Encoding.UTF8.GetBytes(l.Key))));
        Assert.Null(new LabelsJson(json).Find("none"u8));
    }

    [Fact]
    public void Half_a_pair_of_surrogates_is_replaced()
    {
        var labels = new LabelsJson("""{"a":"\ud83d","b":"\ud83dx","c":"\ude00\ud83d\ude00"}"""u8);
        Assert.Equal(["\ufffd", "\ufffdx", "\ufffd\U0001F600"], new[] { labels.Find("a"u8), labels.Find("b"u8), labels.Find("c"u8) });
    }

    [Fact]
    public void To_look_a_label_up_allocates_nothing()
    {
        var json = """{"__name__":"http_requests_total","code":"500","job":"sh\u006fp"}"""u8;
        Assert.True(Matches(json));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Matches(json);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static bool Matches(ReadOnlySpan<byte> json) => new LabelsJson(json).TryFind("job"u8, out var job) && job.ValueEquals("shop"u8);
    }

    [SeedProperty(MaxTest = 3000)]
    public void Anything_at_all_is_read_without_an_exception(int seed)
    {
        var random = new Random(seed);
        foreach (var label in new LabelsJson(Mutations.Of("""{"a":"\u0041\\","b\"":"\ud83d\ude00"}"""u8.ToArray(), random)))
            Assert.NotNull(label.Name + label.Value);
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Spice.EnumerateRunes().ElementAt(random.Next(Spice.EnumerateRunes().Count()))));

    /// <summary>With escapes where they must be, and here and there where they need not.</summary>
    private static byte[] Written(Dictionary<string, string> labels, Random random) =>
        Encoding.UTF8.GetBytes("{" + string.Join(random.Next(2) == 0 ? "," : " , ", labels.Select(l => $"\"{Escaped(l.Key, random)}\" : \"{Escaped(l.Value, random)}\"")) + "}");

    private static string Escaped(string text, Random random) => string.Concat(text.Select(c => c switch
    {
        '"' or '\\' => "\\" + c,
        '\n' => "\\n",
        '\t' => "\\t",
        '\r' => "\\r",
        '\b' => "\\b",
        '\f' => "\\f",
        '/' when random.Next(2) == 0 => "\\/",
        < ' ' => $"\\u{(int)c:x4}",
        >= '\ud800' and <= '\udfff' => c.ToString(),
        _ when random.Next(4) == 0 => $"\\u{(int)c:X4}",
        _ => c.ToString(),
    }));
}
