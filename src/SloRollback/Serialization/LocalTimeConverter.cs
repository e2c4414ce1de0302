using NodaTime;
using NodaTime.Text;

namespace SloRollback.Serialization;

/// <summary>Times of day as ISO 8601: <c>02:30:00</c>.</summary>
internal sealed class LocalTimeConverter : TextConverter<LocalTime>
{
    protected override bool TryParse(string text, out LocalTime value) => LocalTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out value);

    protected override string Format(LocalTime value) => LocalTimePattern.ExtendedIso.Format(value);
}
