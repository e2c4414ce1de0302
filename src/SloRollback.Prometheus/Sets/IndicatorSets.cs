using System.Collections.Immutable;

namespace SloRollback.Prometheus.Sets;

/// <summary>
/// The ready-made sets. Of gRPC those codes are bad that are the server's fault by OpenTelemetry's conventions for the status of server
/// spans: Unknown (2), DeadlineExceeded (4), Unimplemented (12), Internal (13), Unavailable (14) and DataLoss (15).
/// </summary>
internal static class IndicatorSets
{
    private const string ServerErrors = "5..";
    private const string GrpcNumbers = "2|4|12|13|14|15";

    /// <summary>
    /// OpenTelemetry's <c>http.server.request.duration</c>, stable since its semantic conventions 1.23, as exporters for Prometheus name it; ASP.NET Core's meter
    /// <c>Microsoft.AspNetCore.Hosting</c> has it since .NET 8.
    /// </summary>
    public static IndicatorSet AspNetCore { get; } = new()
    {
        Name = "aspnetcore",
        Events = "http_server_request_duration_seconds_count",
        Histogram = "http_server_request_duration_seconds",
        CodeLabel = "http_response_status_code",
        CodePattern = ServerErrors,
        Labels = [(IndicatorSet.Job, "job"), ("Route", "http_route"), ("Method", "http_request_method")],
    };

    /// <summary>The metrics of the gRPC interceptors for Go and Java (go-grpc-prometheus, go-grpc-middleware).</summary>
    public static IndicatorSet Grpc { get; } = new()
    {
        Name = "grpc",
        Events = "grpc_server_handled_total",
        Histogram = "grpc_server_handling_seconds",
        CodeLabel = "grpc_code",
        CodePattern = "Unknown|UNKNOWN|DeadlineExceeded|DEADLINE_EXCEEDED|Unimplemented|UNIMPLEMENTED|Internal|INTERNAL|Unavailable|UNAVAILABLE|DataLoss|DATA_LOSS",
        Labels = [(IndicatorSet.Job, "job"), ("Service", "grpc_service"), ("Method", "grpc_method")],
    };

    /// <summary>
    /// OpenTelemetry's <c>rpc.server.call.duration</c>, in seconds. The attribute of the status code was renamed on the way to a stable
    /// convention; <c>error.type</c> was not, and is there exactly when the call ended in one of the server's errors.
    /// </summary>
    public static IndicatorSet OpenTelemetryRpc { get; } = new()
    {
        Name = "opentelemetry-rpc",
        Events = "rpc_server_call_duration_seconds_count",
        Histogram = "rpc_server_call_duration_seconds",
        CodeLabel = "error_type",
        CodePattern = ".+",
        Labels = [(IndicatorSet.Job, "job"), ("Method", "rpc_method")],
    };

    /// <summary>OpenTelemetry's <c>rpc.server.duration</c>, in milliseconds: its conventions up to 1.37, of gRPC.</summary>
    public static IndicatorSet OpenTelemetryRpcBefore { get; } = new()
    {
        Name = "opentelemetry-rpc-1.37",
        Events = "rpc_server_duration_milliseconds_count",
        Histogram = "rpc_server_duration_milliseconds",
        CodeLabel = "rpc_grpc_status_code",
        CodePattern = GrpcNumbers,
        Labels = [(IndicatorSet.Job, "job"), ("Service", "rpc_service"), ("Method", "rpc_method")],
    };

    /// <summary>Istio's standard metrics of HTTP requests, as the sidecar beside the workload counts them.</summary>
    public static IndicatorSet Istio { get; } = new()
    {
        Name = "istio",
        Events = "istio_requests_total",
        Histogram = "istio_request_duration_milliseconds",
        CodeLabel = "response_code",
        CodePattern = ServerErrors,
        Labels = [("Workload", "destination_workload"), ("Namespace", "destination_workload_namespace"), ("Service", "destination_service_name")],
        Fixed = [("reporter", "destination")],
    };

    /// <summary>The same of gRPC calls: they answer 200 to HTTP, and their own code tells.</summary>
    public static IndicatorSet IstioGrpc { get; } = Istio with
    {
        Name = "istio-grpc",
        CodeLabel = "grpc_response_status",
        CodePattern = GrpcNumbers,
        Fixed = [("reporter", "destination"), ("request_protocol", "grpc")],
    };

    public static ImmutableArray<IndicatorSet> All { get; } =
        [AspNetCore, AspNetCore with { Name = "opentelemetry-http" }, Grpc, OpenTelemetryRpc, OpenTelemetryRpcBefore, Istio, IstioGrpc];
}
