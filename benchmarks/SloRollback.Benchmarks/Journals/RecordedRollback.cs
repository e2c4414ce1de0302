using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using SloRollback.Hosting.Rollbacks;
using SloRollback.Rollbacks;
using SloRollback.Serialization;

namespace SloRollback.Benchmarks.Journals;

/// <summary>What the engine writes to a journal in the course of one rollback, recorded from a run of it, to be written again under other names.</summary>
internal sealed class RecordedRollback
{
    private static readonly SloRollbackJsonContext Json = SloRollbackJsonContext.Default;

    private readonly ImmutableArray<JournalWriteRequest> writes;
    private readonly string id, evidence;

    private RecordedRollback(ImmutableArray<JournalWriteRequest> writes)
    {
        this.writes = writes;
        (id, evidence) = (writes[0].Record!.Id.Value, writes[0].Record!.EvidenceId);
    }

    /// <summary>How many writes one rollback takes.</summary>
    public int Count => writes.Length;

    /// <summary>What is written, in one line for the report.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count} writes, which carry {writes.Sum(w => w.Evidence.Length)} versions of the evidence ({writes.SelectMany(w => w.Evidence).Average(e => Encoding.UTF8.GetByteCount(e.Json)) / 1024:0.0} kB in the mean), {writes.Sum(w => w.Entries.Length)} lines of the audit log and {writes.Sum(w => w.Outbox.Length)} notifications");

    public static async Task<RecordedRollback> RecordAsync()
    {
        var journal = new Recorder();
        await EngineRun.RunAsync(b => b.Services.Replace(ServiceDescriptor.Singleton<IRollbackJournal>(journal)), EngineRun.Start, "checkout", _ => { });
        var first = journal.Writes.FindIndex(w => w.Record is not null);
        return new RecordedRollback([.. journal.Writes[first..(journal.Writes.FindLastIndex(w => w.Record is not null) + 1)]]);
    }

    /// <summary>The name of a service, as long as that of the recording.</summary>
    public static string ServiceOf(int number) => string.Create(CultureInfo.InvariantCulture, $"svc-{number % 10_000:0000}");

    /// <summary>The writes of another rollback.</summary>
    /// <param name="number">Which: gives the names of rollback and evidence.</param>
    /// <param name="service">Gives the name of the service.</param>
    /// <param name="later">How much later it all happens.</param>
    public JournalWriteRequest[] Of(int number, int service, Duration later = default)
    {
        string Renamed(string text) => text
            .Replace(id, string.Create(CultureInfo.InvariantCulture, $"rb-{number:x16}"), StringComparison.Ordinal)
            .Replace(evidence, string.Create(CultureInfo.InvariantCulture, $"ev-{number:x16}"), StringComparison.Ordinal)
            .Replace(EngineRun.Service, ServiceOf(service), StringComparison.Ordinal);
        T Again<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Renamed(JsonSerializer.Serialize(value, type)), type)!;
        return
        [
            .. writes.Select(w => new JournalWriteRequest
            {
                Record = w.Record is { } record ? Again(record, Json.RollbackRecord) with { ProposedAt = record.ProposedAt + later } : null,
                UnlessPaused = [.. w.UnlessPaused.Select(Renamed)],
                Evidence = [.. w.Evidence.Select(e => new EvidenceDocument { Id = Renamed(e.Id), At = e.At + later, Json = Renamed(e.Json) })],
                Entries = [.. w.Entries.Select(e => Again(e, Json.JournalEntry) with { At = e.At + later })],
                Outbox = [.. w.Outbox.Select(m => Again(m, Json.OutboxMessage))],
                Delivered = [.. w.Delivered.Select(Renamed)],
            }),
        ];
    }

    private sealed class Recorder : IRollbackJournal
    {
        private readonly InMemoryRollbackJournal inner = new(new SteppedTime((EngineRun.Start - Duration.FromDays(1)).ToDateTimeOffset()));

        public List<JournalWriteRequest> Writes { get; } = [];

        public bool IsDurable => true;

        public Task<JournalWriteResult> WriteAsync(JournalWriteRequest request, CancellationToken cancellationToken)
        {
            Writes.Add(request);
            return inner.WriteAsync(request, cancellationToken);
        }

        public Task<GuardState> ReadAsync(JournalReadRequest request, CancellationToken cancellationToken) => inner.ReadAsync(request, cancellationToken);

        public Task<JournalWriteResult> SetPauseAsync(PauseRequest request, CancellationToken cancellationToken) => inner.SetPauseAsync(request, cancellationToken);

        public Task<JournalAnswer<ImmutableArray<JournalEntry>>> ListAsync(JournalListRequest request, CancellationToken cancellationToken) => inner.ListAsync(request, cancellationToken);

        public Task<JournalAnswer<EvidenceDocument>> ReadEvidenceAsync(string id, CancellationToken cancellationToken) => inner.ReadEvidenceAsync(id, cancellationToken);

        public Task<JournalAnswer<ImmutableArray<OutboxMessage>>> ReadOutboxAsync(CancellationToken cancellationToken) => inner.ReadOutboxAsync(cancellationToken);
    }
}
