using NodaTime;
using NodaTime.Text;

namespace SloRollback.Serialization;

/// <summary>Durations in NodaTime's round-trip form: <c>0:01:00:00</c>, days first.</summary>
internal sealed class DurationConverter : TextConverter<Duration>
{
    protected override bool TryParse(string text, out Duration value) => DurationPattern.Roundtrip.Parse(text).TryGetValue(default, out value);

    protected override string Format(Duration value) => DurationPattern.Roundtrip.Format(value);
}
