# The cases of oidc.test.mjs, in one process. Each writes one line of JSON; whatever else is written is searched for secrets.
param([Parameter(Mandatory)] [string] $Folder)

$ErrorActionPreference = 'Stop'
$root = Split-Path (Split-Path (Split-Path $PSScriptRoot))
Import-Module ($env:MGLICENSE_TEST_MODULE ? $env:MGLICENSE_TEST_MODULE : (Join-Path $root 'out' 'MgLicense'))

function New-TestCertificate {
    param([string] $Subject, [switch] $Server)
    $rsa = [System.Security.Cryptography.RSA]::Create(2048)
    $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
        "CN=$Subject", $rsa, [System.Security.Cryptography.HashAlgorithmName]::SHA256, [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
    if ($Server) {
        $names = [System.Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $names.AddDnsName('localhost')
        $names.AddIpAddress([System.Net.IPAddress]::Loopback)
        $request.CertificateExtensions.Add($names.Build())
    }
    $request.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), [datetimeoffset]::UtcNow.AddDays(1))
}

function ConvertTo-Base64Url {
    param([byte[]] $Bytes)
    [Convert]::ToBase64String($Bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_')
}

$server = New-TestCertificate -Subject localhost -Server
Set-Content -Path (Join-Path $Folder 'server.pem') -Value $server.ExportCertificatePem()
Set-Content -Path (Join-Path $Folder 'server.key') -Value ([System.Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($server).ExportPkcs8PrivateKeyPem())
$certificate = New-TestCertificate -Subject "mglicense-oidc-$PID"
$public = [System.Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPublicKey($certificate).ExportParameters($false)
$other = New-TestCertificate -Subject 'somebody else'
$jwk = @{ kty = 'RSA'; n = ConvertTo-Base64Url $public.Modulus; e = ConvertTo-Base64Url $public.Exponent; use = 'sig'; alg = 'PS256' }
[Console]::Out.WriteLine((@{ ready = $true; jwk = $jwk } | ConvertTo-Json -Compress))
$port = [Console]::In.ReadLine()

$address = "https://localhost:$port"
$null = Add-MgEnvironment -Name Provider -AzureADEndpoint $address -GraphEndpoint $address -CertificateAuthorityPath (Join-Path $Folder 'server.pem')
$null = Add-MgEnvironment -Name Untrusted -AzureADEndpoint $address -GraphEndpoint $address
$app = @{ Environment = 'Provider'; TenantId = 'contoso.com'; NoWelcome = $true; Verbose = $true }

function New-Credential {
    param([string] $ClientId, [string] $Secret = 'secret-canary-of-the-provider')
    [pscredential]::new($ClientId, (ConvertTo-SecureString $Secret -AsPlainText))
}

# Runs a case, and says who is connected afterwards and what went wrong.
function Invoke-Case {
    param([string] $Name, [scriptblock] $Connect, [scriptblock] $Then = { @{ user = (Get-MgUser -UserId me -ErrorAction Stop).DisplayName } })
    if (Get-MgContext) { $null = Disconnect-MgGraph }
    $told = @{ name = $Name; error = $null }
    try {
        $ErrorActionPreference = 'Stop'
        & $Connect 4>&1 6>&1 3>&1 | ForEach-Object { [Console]::Error.WriteLine("$_") }
        $context = Get-MgContext
        $told.clientId = $context.ClientId
        $told.authType = "$($context.AuthType)"
        $told.credential = "$($context.TokenCredentialType)"
        $told.account = $context.Account
        $told.scopes = @($context.Scopes)
        $more = & $Then
        foreach ($key in $more.Keys) { $told[$key] = $more[$key] }
    } catch {
        $told.error = "$_"
        [Console]::Error.WriteLine(($_ | Format-List * -Force | Out-String -Width 1000))
    }
    $told.connected = $null -ne (Get-MgContext)
    [Console]::Out.WriteLine(($told | ConvertTo-Json -Compress))
}

Invoke-Case 'client secret' { Connect-MgGraph @app -ClientSecretCredential (New-Credential secret) }
Invoke-Case 'wrong secret' { Connect-MgGraph @app -ClientSecretCredential (New-Credential secret wrong) }
Invoke-Case 'unknown application' { Connect-MgGraph @app -ClientSecretCredential (New-Credential nobody) }
Invoke-Case 'a certificate nobody trusts' { Connect-MgGraph -Environment Untrusted -TenantId contoso.com -ClientSecretCredential (New-Credential secret) }

Invoke-Case 'private-key JWT, certificate as an object' { Connect-MgGraph @app -ClientId key -Certificate $certificate }
Invoke-Case 'a key of another certificate' { Connect-MgGraph @app -ClientId key -Certificate $other }
Invoke-Case 'wrong audience' { Connect-MgGraph @app -ClientId key-strict -Certificate $certificate }

$store = [System.Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
$store.Open('ReadWrite')
$kept = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new(
    $certificate.Export('Pfx', 'x'), 'x', 'PersistKeySet, UserKeySet')
$store.Add($kept)
try {
    Invoke-Case 'private-key JWT, certificate in the store' {
        Connect-MgGraph @app -ClientId key -CertificateSubjectName "CN=mglicense-oidc-$PID"
        Connect-MgGraph @app -ClientId key -CertificateThumbprint $certificate.Thumbprint
    }
} finally {
    $store.Remove($kept)
    $store.Close()
}

$person = @{ Environment = 'Provider'; TenantId = 'contoso.com'; NoWelcome = $true; Scopes = 'User.Read' }
$nothing = { @{} }
Invoke-Case 'device code' { Connect-MgGraph @person -ClientId device -UseDeviceCode } $nothing
Invoke-Case 'device code declined' { Connect-MgGraph @person -ClientId device-decline -UseDeviceCode } $nothing
Invoke-Case 'device code not used in time' { Connect-MgGraph @person -ClientId device-silent -UseDeviceCode } $nothing
Invoke-Case 'authorization code with PKCE' { Connect-MgGraph @person -ClientId person } $nothing
Invoke-Case 'consent refused in the browser' { Connect-MgGraph @person -ClientId person-decline } $nothing

# Tokens of 3 s in the machine's own time.
Invoke-Case 'a token that ends is renewed, by secret' { Connect-MgGraph @app -ClientSecretCredential (New-Credential short) } {
    $calls = 0
    foreach ($try in 1..6) { $user = (Get-MgUser -UserId me -ErrorAction Stop).DisplayName; $calls++; Start-Sleep -Seconds 1 }
    @{ user = $user; calls = $calls }
}
Invoke-Case 'a token that ends is renewed, by refresh token' { Connect-MgGraph @person -ClientId short-refresh } {
    $calls = 0
    foreach ($try in 1..3) { $null = Get-MgUser -UserId me -ErrorAction Stop; $calls++; Start-Sleep -Seconds 3 }
    @{ calls = $calls }
}
Invoke-Case 'expired refresh token' { Connect-MgGraph @person -ClientId short-refresh } {
    Start-Sleep -Seconds 7
    @{ user = (Get-MgUser -UserId me -ErrorAction Stop).DisplayName }
}
Invoke-Case 'a token of another provider' { Connect-MgGraph -Environment Provider -AccessToken (ConvertTo-SecureString 'not-of-this-provider' -AsPlainText) -NoWelcome }

if (Get-MgContext) { $null = Disconnect-MgGraph }
[Console]::Out.WriteLine('{"ended":true}')
