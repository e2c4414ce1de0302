using System.Text;
using SloRollback.Sample;
using SloRollback.Sample.CommandLine;

Console.OutputEncoding = Encoding.UTF8;
return await new SampleCommand().RunAsync(args, options => new Demonstration(options, TimeProvider.System).RunAsync());
