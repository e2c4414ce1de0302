using Microsoft.Extensions.Logging;

namespace SloRollback.Hosting.Configuration;

/// <summary>Something about the configuration that is worth a line in the log and does not stop the host.</summary>
internal sealed record ConfigurationNotice(LogLevel Level, string Path, string Message);
