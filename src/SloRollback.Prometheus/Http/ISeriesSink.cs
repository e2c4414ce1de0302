using SloRollback.Prometheus.Counters;

namespace SloRollback.Prometheus.Http;

/// <summary>
/// Takes the series of one answer as they are decoded. It may have been given some of them, and one of them in part, when the answer
/// then turns out to be broken: whoever needs all or nothing keeps them apart until the client reports success.
/// </summary>
internal interface ISeriesSink
{
    /// <summary>Takes a series; an answer that was read in parts gives it once for each part.</summary>
    /// <param name="labels">
    /// The series' labels as the server wrote them, a JSON object of strings in UTF-8, to be read with <see cref="LabelsJson"/>.
    /// Valid during the call only.
    /// </param>
    /// <param name="samples">Its samples, each later than the one before. Valid during the call only.</param>
    void Add(ReadOnlySpan<byte> labels, ReadOnlySpan<Sample> samples);
}
