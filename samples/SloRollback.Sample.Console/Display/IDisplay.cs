namespace SloRollback.Sample.Display;

/// <summary>Shows a run while it goes on.</summary>
internal interface IDisplay
{
    /// <summary>Shows until it is cancelled; then shows what is still to be shown, and returns.</summary>
    Task ShowAsync(Func<View> view, CancellationToken cancellationToken);
}
