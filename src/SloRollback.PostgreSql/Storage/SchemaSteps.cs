using System.Collections.Immutable;

namespace SloRollback.PostgreSql.Storage;

/// <summary>One step of the schema.</summary>
/// <param name="UsableFrom">The oldest version of the schema whose hosts can go on working after it.</param>
/// <param name="Sql">The step, for a schema.</param>
internal sealed record SchemaStep(int UsableFrom, Func<string, string> Sql);

/// <summary>The schema, as the steps that made it. A step that was released is never changed.</summary>
internal static class SchemaSteps
{
    public static ImmutableArray<SchemaStep> All { get; } = [new SchemaStep(UsableFrom: 1, First)];

    // "create schema if not exists" asks for the right to create even where it is there.
    private static string First(string schema) => $"""
        do $$ begin
          if not exists (select from pg_namespace where nspname = '{schema}') then
            create schema "{schema}";
          end if;
        end $$;

        create table "{schema}".schema_version (
          version integer primary key,
          usable_from integer not null,
          applied_at timestamptz not null default now());

        create table "{schema}".guard (
          only_row boolean primary key default true check (only_row),
          began text not null,
          resumed_at text,
          scopes text[] not null default array[]::text[],
          pauses text[] not null default array[]::text[],
          changes bigint not null default 0,
          executions bigint not null default 0);

        create table "{schema}".rollbacks (
          id text primary key,
          version integer not null,
          state text not null,
          is_final boolean not null,
          target text not null,
          proposed_at timestamptz not null,
          written_at timestamptz not null default now(),
          payload text not null);
        create index rollbacks_open on "{schema}".rollbacks (id) where not is_final;
        create index rollbacks_proposed on "{schema}".rollbacks (proposed_at);

        create table "{schema}".evidence (
          id text primary key,
          at timestamptz not null,
          exact_at text not null,
          json text not null);
        create index evidence_at on "{schema}".evidence (at);

        create table "{schema}".entries (
          sequence bigint generated always as identity primary key,
          at timestamptz not null,
          written_at timestamptz not null default now(),
          service text not null,
          subject text not null,
          payload text not null);
        create index entries_service on "{schema}".entries (service, sequence);
        create index entries_subject on "{schema}".entries (subject, sequence);
        create index entries_at on "{schema}".entries using brin (at);

        create table "{schema}".outbox (
          number bigint generated always as identity primary key,
          key text not null unique,
          written_at timestamptz not null default now(),
          payload text not null);

        create table "{schema}".leases (
          name text primary key,
          holder text not null,
          acquired_at timestamptz not null,
          expires_at timestamptz not null);
        """;
}
