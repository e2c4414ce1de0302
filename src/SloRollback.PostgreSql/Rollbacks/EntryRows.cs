using System.Collections.Immutable;
using SloRollback.Rollbacks;

namespace SloRollback.PostgreSql.Rollbacks;

/// <summary>Lines of the audit log as rows.</summary>
internal static class EntryRows
{
    /// <summary>Adds lines in their order, if a part of the statement has a row.</summary>
    public static string Insert(string s, SqlParameters values, ImmutableArray<JournalEntry> entries, string condition)
    {
        var at = values.Add(entries.Select(e => SqlValue.TimeOf(e.At)).ToArray());
        var service = values.Add(entries.Select(e => SqlValue.Clean(e.Service)).ToArray());
        var subject = values.Add(entries.Select(e => SqlValue.Clean(e.Subject)).ToArray());
        var payload = values.Add(entries.Select(e => JsonText.Write(e, JsonText.Context.JournalEntry)).ToArray());
        return $"""
            insert into {s}.entries (at, service, subject, payload)
            select given.at, given.service, given.subject, given.payload
            from {condition}, unnest({at}, {service}, {subject}, {payload}) with ordinality as given (at, service, subject, payload, place)
            order by given.place
            """;
    }
}
