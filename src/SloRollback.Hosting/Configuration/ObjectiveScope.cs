using NodaTime;
using SloRollback.Objectives;

namespace SloRollback.Hosting.Configuration;

/// <summary>What a rule is read against. A member that could not be read is <see langword="null"/>, and nothing is checked against it.</summary>
internal sealed record ObjectiveScope(ServiceTarget Service, ObjectiveTarget? Target, Duration? Period, ReaderContext Context);
