# What licences through groups claim. The measuring is a Rust program of the tenant's own; Bench.ps1 runs this file's
# function with its own helpers.

function Measure-Groups {
    Write-Host 'Groups: 1,000,000 members of 5,000 groups, one membership change, and 1,000 users in error (some minutes)'
    $lines = & cargo bench --quiet --package mglicense-tenant --bench groups --manifest-path (Join-Path $root 'Cargo.toml')
    if ($LASTEXITCODE -ne 0) {
        throw "the benchmark of groups failed: $lines"
    }
    foreach ($line in $lines) {
        $fields = $line -split "`t"
        if ($fields.Count -eq 5) {
            Add-Claim $fields[0] ([double]$fields[1]) ([double]$fields[2]) $fields[3] ([double]$fields[4])
        }
    }
}
