# The pages in docs/ and the README: every powershell block of a page is run in its order, in a shell of its own, and a
# text block after one must be its output. A page says '<!-- runs on: sample -->', or names a seed in docs/seeds, or says
# 'nothing' where it makes its tenant itself. What a block needs and no reader wants to see stands in a comment that begins
# with 'first:'. No block of any kind is left out: see the end.

BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $files = @(Get-ChildItem -Path (Join-Path $root 'docs') -Filter '*.md' | Sort-Object Name) + (Get-Item (Join-Path $root 'README.md'))
    $pages = foreach ($file in $files) {
        $text = (Get-Content -Raw $file.FullName) -replace '\r'
        if ($text -match '(?m)^<!-- runs on: (\S+) -->$') {
            $tenant = $Matches[1]
            $matched = [regex]::Matches($text, '(?ms)^<!-- first:\n(?<first>.*?)^-->|^```powershell\n(?<code>.*?)^```\n(?:\s*^```text\n(?<output>.*?)^```)?')
            $number = 0
            $blocks = foreach ($match in $matched) {
                $number++
                @{
                    Number = $number
                    Code   = $match.Groups['code'].Value + $match.Groups['first'].Value
                    Output = $match.Groups['output'].Success ? $match.Groups['output'].Value : $null
                    Line   = ($text.Substring(0, $match.Index) -split "`n").Count
                }
            }
            @{ Page = $file.Name; Tenant = $tenant; Blocks = @($blocks) }
        }
    }
    $all = foreach ($file in $files) { @{ Page = $file.Name; Path = $file.FullName; IsRun = $pages.Page -contains $file.Name } }
}

BeforeAll {
    Set-StrictMode -Version 3.0
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule

    # Lines without blanks at their ends, and without empty lines at the ends of the whole.
    function Format-Output([string] $Text) {
        $plain = $Text -replace '\x1b\[[0-9;]*m', ''
        (($plain -split '\r?\n' | ForEach-Object TrimEnd) -join "`n").Trim("`n")
    }

    function Invoke-Page([string] $Tenant, [object[]] $Blocks) {
        $folder = New-TestPath 'page'
        $null = New-Item -ItemType Directory -Path (Join-Path $folder 'out') -Force
        $null = New-Item -ItemType ($IsWindows ? 'Junction' : 'SymbolicLink') -Path (Join-Path $folder 'out' 'MgLicense') -Target (Get-TestModulePath)
        $source = $Tenant -eq 'sample' ? '-Sample' : "-Seed '$(Join-Path (Get-RepositoryRoot) 'docs/seeds' $Tenant)'"
        $begin = $Tenant -eq 'nothing' ? '' : "`$null = New-MgLocalTenant -Path contoso.mgtenant $source; Connect-MgGraph -LocalTenant contoso.mgtenant -NoWelcome"
        $file = Join-Path $folder 'blocks.json'
        $result = Join-Path $folder 'outputs.json'
        Set-Content -Path $file -Value (ConvertTo-Json -InputObject @($Blocks.Code)) -Encoding utf8NoBOM
        $run = Invoke-ChildShell -Environment @{ MGLICENSE_RUNS = (Join-Path $folder 'runs'); MGLICENSE_SETTINGS = (Join-Path $folder 'settings') } -Script @"
`$PSStyle.OutputRendering = 'PlainText'
Set-Location '$folder'
Import-Module `$module
$begin
`$outputs = foreach (`$blockOfPage in Get-Content -Raw '$file' | ConvertFrom-Json) {
    try {
        `$all = @(. ([scriptblock]::Create(`$blockOfPage)) *>&1)
        @{ Text = (`$all | Out-String -Width 100); Errors = @(`$all.Where({ `$_ -is [System.Management.Automation.ErrorRecord] }).ForEach({ "`$_" })) }
    } catch {
        @{ Text = "THROWN `$_"; Errors = @("`$_") }
    }
}
Set-Content -Path '$result' -Value (ConvertTo-Json -InputObject @(`$outputs)) -Encoding utf8NoBOM
"@
        if (-not (Test-Path $result)) { throw "the page did not run: $($run.Text)" }
        , @(Get-Content -Raw $result | ConvertFrom-Json)
    }
}

Describe 'docs/<Page>' -ForEach $pages {
    BeforeAll {
        $outputs = Invoke-Page $Tenant $Blocks
    }

    It 'has blocks to run' {
        $Blocks.Count | Should -BeGreaterThan 0
        $outputs.Count | Should -Be $Blocks.Count
    }

    It 'shows what block <Number> in line <Line> gives' -ForEach $Blocks {
        $given = Format-Output $outputs[$Number - 1].Text
        $given | Should -Not -Match '^THROWN '
        if ($null -ne $Output) {
            $given | Should -BeExactly (Format-Output $Output)
        } else {
            $outputs[$Number - 1].Errors | Should -BeNullOrEmpty
        }
    }
}

Describe 'The pages of docs/ and the README' {
    It 'leave no block out: <Page>' -ForEach $all {
        $text = (Get-Content -Raw $Path) -replace '\r'
        $fences = [regex]::Matches($text, '(?ms)^```(?<kind>\w*)\n(?<code>.*?)^```')
        # What runs blocks of other kinds, or of a page that is code for files rather than a prompt.
        $elsewhere = @{
            'testing-your-scripts.md powershell' = 'tests/pester/TestingGuide.Tests.ps1'
            'tenant-seed.md json'                = 'rust/tenant/tests/documentation.rs'
        }
        foreach ($kind in $fences.ForEach({ $_.Groups['kind'].Value }) | Sort-Object -Unique) {
            if ($kind -eq 'text' -or $kind -eq 'sh' -or ($kind -eq 'powershell' -and $IsRun)) { continue }
            $runner = $elsewhere["$Page $kind"]
            $runner | Should -Not -BeNullOrEmpty -Because "nothing runs the $kind blocks of $Page"
            Get-Content -Raw (Join-Path (Get-RepositoryRoot) $runner) | Should -Match ([regex]::Escape($Page))
        }
        # Commands stand in fences, where they are found.
        ($text -replace '(?ms)^```.*?^```' -replace '(?ms)^<!--.*?^-->') | Should -Not -Match '(?m)^    (\$\w+ = |[A-Z][a-z]+-Mg\w+|Invoke-\w+|\./build)'
        # A command line of the server's program has options that there are.
        $arguments = Get-Content -Raw (Join-Path (Get-RepositoryRoot) 'rust' 'tenant' 'src' 'main.rs')
        foreach ($block in $fences.Where({ $_.Groups['kind'].Value -eq 'sh' })) {
            foreach ($option in [regex]::Matches($block.Groups['code'].Value, '--([a-z-]+)')) {
                $arguments | Should -Match "\b$($option.Groups[1].Value -replace '-', '_'):"
            }
        }
    }
}
