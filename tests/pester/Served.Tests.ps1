# Which Pester files run over HTTPS as well is said in served.psd1. This keeps it honest: what is left out has a reason that
# still holds, and what is not left out reaches its tenants by the helpers that serve them.

BeforeDiscovery {
    $list = Import-PowerShellDataFile (Join-Path $PSScriptRoot 'served.psd1')
    $files = @(Get-ChildItem -Path $PSScriptRoot -Filter '*.Tests.ps1' | ForEach-Object { @{ Name = $_.Name -replace '\.Tests\.ps1$'; Path = $_.FullName } })
    $both = @($files | Where-Object { -not $list.InProcessOnly.ContainsKey($_.Name) })
    $alone = @($files | Where-Object { $list.InProcessOnly.ContainsKey($_.Name) })
}

BeforeAll {
    $list = Import-PowerShellDataFile (Join-Path $PSScriptRoot 'served.psd1')
    $names = (Get-ChildItem -Path $PSScriptRoot -Filter '*.Tests.ps1').Name -replace '\.Tests\.ps1$'
    # The helpers that connect as the run says, and what is built on them.
    $helpers = '(?<![a-z])(Connect-Test(Tenant|File|Scope)|Connect-ReportTenant|Get-ConnectText)\b'

    # What a file hands to Connect-MgGraph -LocalTenant with a tenant that is there.
    function Get-DirectConnection {
        param([string] $Path)
        $tokens = $errors = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseFile($Path, [ref] $tokens, [ref] $errors)
        $errors | Should -BeNullOrEmpty
        $calls = $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -eq 'Connect-MgGraph' }, $true)
        @($calls | Where-Object { $_.Extent.Text -match '-LocalTenant' })
    }
}

Describe 'The list of what runs over HTTPS' {
    It 'names files that are there' {
        $list.Always | Where-Object { $_ -notin $names } | Should -BeNullOrEmpty
        $list.InProcessOnly.Keys | Where-Object { $_ -notin $names } | Should -BeNullOrEmpty
        $list.Always | Where-Object { $list.InProcessOnly.ContainsKey($_) } | Should -BeNullOrEmpty
    }

    It 'gives a reason for what it leaves out: <Name>' -ForEach $alone {
        $list.InProcessOnly[$Name] | Should -Match '^[A-Z].{20,}\.$'
        $text = Get-Content -Raw $Path
        # One that connects by the helpers could run both ways. This one names them to look for them.
        if ($Name -ne 'Served') {
            $served = $text -match 'Start-MgLocalTenantServer'
            ($text -match $helpers -and -not $served) | Should -BeFalse
        }
    }

    It 'takes what connects by the helpers: <Name>' -ForEach $both {
        (Get-Content -Raw $Path) -match $helpers | Should -BeTrue
    }
}

Describe 'A connection past the helpers' {
    # Each is about that way of connecting itself; so many of them are in these files.
    BeforeAll {
        $known = @{ BadInput = 9; Checklist = 3; LocalTenant = 3; SignIn = 2; Connect = 16; Completion = 0 }
    }

    It 'is not in a file that runs both ways, but for what is about it: <Name>' -ForEach $both {
        @(Get-DirectConnection $Path).Count | Should -BeLessOrEqual ($known[$Name] ?? 0)
    }
}
