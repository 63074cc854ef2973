using System.Net.Http;
using System.Threading.Tasks;

namespace Microsoft.Graph.PowerShell.Runtime;

/// <summary>The type of -HttpPipelineAppend and -HttpPipelinePrepend, kept so that scripts that name it still parse.</summary>
public delegate Task<HttpResponseMessage> SendAsyncStep(HttpRequestMessage request);
