namespace SloRollback.Sqlite.Storage;

/// <summary>
/// The steps of the schema, in order. A step only ever adds to it, as long as hosts of the version before may be brought back; each says from
/// which version on hosts can go on working with it.
/// </summary>
internal static class SchemaSteps
{
    public static (int UsableFrom, string Sql)[] All { get; } = [(1, First)];

    private const string First = """
        create table schema_version (version integer not null, usable_from integer not null);

        create table guard (only_row integer primary key check (only_row = 1), began text not null, resumed_at text, executions integer not null default 0);
        create table pauses (scope text primary key, payload text not null) without rowid;

        create table rollbacks (
          id text primary key,
          version integer not null,
          state text not null,
          is_final integer not null,
          target text not null,
          proposed_at integer not null,
          payload text not null) without rowid;
        create index rollbacks_open on rollbacks (id) where is_final = 0;
        create index rollbacks_proposed on rollbacks (proposed_at);

        create table evidence (id text primary key, at integer not null, exact_at text not null, json text not null);
        create index evidence_at on evidence (at);

        create table entries (
          sequence integer primary key autoincrement,
          at integer not null,
          service text not null,
          subject text not null,
          payload text not null);
        create index entries_service on entries (service, sequence);
        create index entries_subject on entries (subject, sequence);

        create table outbox (number integer primary key autoincrement, key text not null unique, payload text not null);
        """;
}
