using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>What a rule is read against; nothing is checked against a member that could not be read and is <see langword="null"/>.</summary>
internal sealed record ObjectiveScope(ServiceTarget Service, ObjectiveTarget? Target, Duration? Period, ReaderContext Context);
