# The pages in docs/ that show commands at work are run: every powershell block of a page in its order, in a shell of its
# own on a fresh tenant, and a text block after one must be its output. A page says '<!-- runs on: sample -->', or names
# a seed in docs/seeds. Blocks that need what a test has not are fenced 'pwsh'.

BeforeDiscovery {
    $folder = Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'docs'
    $pages = foreach ($file in Get-ChildItem -Path $folder -Filter '*.md' | Sort-Object Name) {
        $text = Get-Content -Raw $file.FullName
        if ($text -match '(?m)^<!-- runs on: (\S+) -->$') {
            $matched = [regex]::Matches($text, '(?ms)^```powershell\r?\n(?<code>.*?)^```\r?\n(?:\s*^```text\r?\n(?<output>.*?)^```)?')
            $number = 0
            $blocks = foreach ($match in $matched) {
                $number++
                @{
                    Number = $number
                    Code   = $match.Groups['code'].Value
                    Output = $match.Groups['output'].Success ? $match.Groups['output'].Value : $null
                    Line   = ($text.Substring(0, $match.Index) -split "`n").Count
                }
            }
            @{ Page = $file.Name; Tenant = $Matches[1]; Blocks = @($blocks) }
        }
    }
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
        $seed = Join-Path (Get-RepositoryRoot) 'docs/seeds' $Tenant
        $source = $Tenant -eq 'sample' ? '-Sample' : "-Seed '$seed'"
        $file = New-TestPath 'blocks.json'
        $result = New-TestPath 'outputs.json'
        Set-Content -Path $file -Value (ConvertTo-Json -InputObject @($Blocks.Code)) -Encoding utf8NoBOM
        $run = Invoke-ChildShell -Environment @{ MGLICENSE_RUNS = (Join-Path (Split-Path $file) 'runs') } -Script @"
`$PSStyle.OutputRendering = 'PlainText'
Set-Location '$(Split-Path $file)'
Import-Module `$module
`$null = New-MgLocalTenant -Path '$(New-TestPath)' $source
Connect-MgGraph -LocalTenant (Get-ChildItem '$(Split-Path $file)' -Filter '*.mgtenant' | Sort-Object LastWriteTime | Select-Object -Last 1) -NoWelcome
`$outputs = foreach (`$code in Get-Content -Raw '$file' | ConvertFrom-Json) {
    try { . ([scriptblock]::Create(`$code)) *>&1 | Out-String -Width 100 } catch { "THROWN `$_" }
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
        $given = Format-Output $outputs[$Number - 1]
        $given | Should -Not -Match '^THROWN '
        if ($null -ne $Output) {
            $given | Should -BeExactly (Format-Output $Output)
        }
    }
}

Describe 'The pages of docs/' {
    It 'are run, some of them' -ForEach @{ Pages = @($pages) } {
        $Pages.Count | Should -BeGreaterThan 0
    }
}
