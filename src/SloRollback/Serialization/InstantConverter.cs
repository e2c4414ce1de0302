using NodaTime;
using NodaTime.Text;

namespace SloRollback.Serialization;

/// <summary>Instants as ISO 8601 in UTC: <c>2026-03-01T14:02:00Z</c>. Without it they would be written as <c>{}</c>.</summary>
internal sealed class InstantConverter : TextConverter<Instant>
{
    protected override bool TryParse(string text, out Instant value) => InstantPattern.ExtendedIso.Parse(text).TryGetValue(default, out value);

    protected override string Format(Instant value) => InstantPattern.ExtendedIso.Format(value);
}
