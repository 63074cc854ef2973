# Public reports about sessions: many runspaces on one connection, and libraries of other modules in the same process.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-Module (Join-Path $PSScriptRoot 'ReportTenant.psm1')
    Import-TestModule
    $skuId = (Get-ReportSku).FLOW_FREE
}

AfterAll { Disconnect-TestTenant }

Describe 'Public reports about sessions' {
    Context 'Loops in parallel corrupt shared headers or lose the sign-in' -Tag 'Report87' {
        BeforeAll {
            # Eight runspaces of this process, fifty assignments each, on users of their own.
            function Invoke-Parallel {
                param([string[]] $UserId)
                $pool = [runspacefactory]::CreateRunspacePool(8, 8)
                $pool.Open()
                $work = foreach ($part in 0..7) {
                    $shell = [powershell]::Create()
                    $shell.RunspacePool = $pool
                    $null = $shell.AddScript({
                            param($module, $users, $sku)
                            $ErrorActionPreference = 'Stop'
                            Import-Module $module
                            foreach ($user in $users) { (Set-MgUserLicense -UserId $user -AddLicenses @{ SkuId = $sku } -RemoveLicenses @()).Id }
                        }).AddArgument((Get-TestModulePath)).AddArgument(@($UserId[($part * 50)..($part * 50 + 49)])).AddArgument($skuId)
                    @{ Shell = $shell; Running = $shell.BeginInvoke() }
                }
                foreach ($each in $work) {
                    $each.Shell.EndInvoke($each.Running)
                    $each.Shell.Streams.Error | Should -BeNullOrEmpty
                    $each.Shell.Dispose()
                }
                $pool.Dispose()
            }

            $path = New-TestPath
            $null = New-MgLocalTenant -Path $path -Generate 'users=1000,seed=3,licensed=0' -ErrorAction Stop
            $null = Set-MgLocalTenant -Path $path -Setting @{ requestLog = 'all'; durability = 'none' }
        }

        It 'makes 400 assignments from eight runspaces on one connection, over HTTPS, with one sign-in' {
            $server = Start-MgLocalTenantServer -Path $path -Tls
            try {
                Connect-MgGraph -Environment $server.Environment -TenantId $server.TenantId -ClientSecretCredential $server.Credential -NoWelcome -ErrorAction Stop
                $users = @(Get-MgUser -All -Property Id, UsageLocation | Where-Object UsageLocation | Select-Object -First 400).Id
                $users | Should -HaveCount 400
                $null = Get-MgLocalTenantRequest -Path $path -Clear

                $done = Invoke-Parallel $users

                @($done | Sort-Object -Unique) | Should -HaveCount 400
                $writes = @(Get-MgLocalTenantRequest -Path $path -WriteOnly)
                $writes | Should -HaveCount 400
                @($writes.Status | Sort-Object -Unique) | Should -Be 200
                (Get-MgLocalTenantServer -Port $server.Port).TokensGiven | Should -Be 1
            } finally {
                Disconnect-TestTenant
                $null = $server | Stop-MgLocalTenantServer
            }
        }
    }

    Context 'Libraries of other modules break the sign-in' -Tag 'Report92' {
        BeforeAll {
            # Decoys of the libraries that Microsoft's and others' modules bring along, of a version that nobody expects.
            $folder = Join-Path (Split-Path (New-TestPath)) "decoys-$([guid]::NewGuid().ToString('n'))"
            $null = New-Item -ItemType Directory -Force -Path $folder
            Add-Type -AssemblyName Microsoft.CodeAnalysis.CSharp
            foreach ($name in 'Microsoft.Identity.Client', 'Azure.Core', 'Microsoft.Graph.Core') {
                $source = "[assembly: System.Reflection.AssemblyVersion(`"0.0.0.1`")] namespace Decoy { public static class Marker { } }"
                $tree = [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText($source)
                $runtime = [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile([object].Assembly.Location)
                $options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new([Microsoft.CodeAnalysis.OutputKind]::DynamicallyLinkedLibrary)
                $compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create(
                    $name, [Microsoft.CodeAnalysis.SyntaxTree[]] @($tree), [Microsoft.CodeAnalysis.MetadataReference[]] @($runtime), $options)
                $stream = [System.IO.File]::Create((Join-Path $folder "$name.dll"))
                $compilation.Emit($stream).Success | Should -BeTrue
                $stream.Dispose()
            }
            $path = New-TestTenant -Seed (New-ReportSeed)
            $decoys = "foreach (`$file in Get-ChildItem '$folder' -Filter *.dll) { `$null = [System.Reflection.Assembly]::LoadFrom(`$file.FullName) }"
            $work = "Import-Module `$module; $(Get-ConnectText $path); `$null = Set-MgUserLicense -UserId u1@contoso.com -AddLicenses @{ SkuId = '$skuId' } -RemoveLicenses @(); 'held ' + (Get-MgUserLicenseDetail -UserId u1@contoso.com).SkuPartNumber"
            $loaded = "'decoys ' + @([System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Version -eq '0.0.0.1' -and `$_.GetType('Decoy.Marker') }).Count"
        }

        AfterAll { Remove-Item -Recurse -Force -Path $folder -ErrorAction Ignore }

        It 'works after them' {
            $child = Invoke-ChildShell -Script "$decoys`n$work`n$loaded"
            $child.Text | Should -Match 'held FLOW_FREE'
            $child.Text | Should -Match 'decoys 3'
            $child.Error | Should -BeNullOrEmpty
        }

        It 'works before them, and they load' {
            $child = Invoke-ChildShell -Script "$work`n$decoys`n$loaded"
            $child.Text | Should -Match 'held FLOW_FREE'
            $child.Text | Should -Match 'decoys 3'
            $child.Error | Should -BeNullOrEmpty
        }

        It 'brings no library that another module could have too' {
            $own = @(Get-ChildItem (Get-TestModulePath) -Recurse -Filter *.dll).BaseName
            $own | Should -Be 'MgLicense.Interop'
        }
    }
}
