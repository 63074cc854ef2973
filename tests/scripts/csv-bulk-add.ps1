<# Reads people from a CSV file, one licence each, and keeps a log. #>
param([Parameter(Mandatory)] [string] $Path, [string] $Log = 'licences.log')
Connect-MgGraph -Scopes "User.ReadWrite.All","Organization.Read.All" -NoWelcome
$skus = @{}
Get-MgSubscribedSku -All | ForEach-Object { $skus[$_.SkuPartNumber] = $_.SkuId }
$done = 0
$failed = 0
Import-Csv -Path $Path | ForEach-Object {
    $row = $_
    try {
        if ($row.UsageLocation) { Update-MgUser -UserId $row.UserPrincipalName -UsageLocation $row.UsageLocation -ErrorAction Stop }
        Set-MgUserLicense -UserId $row.UserPrincipalName -AddLicenses @{SkuId = $skus[$row.Licence]} -RemoveLicenses @() -ErrorAction Stop | Out-Null
        $done++
        Add-Content $Log "OK     $($row.UserPrincipalName)"
    }
    catch {
        $failed++
        Add-Content $Log "FAILED $($row.UserPrincipalName): $($_.Exception.Message)"
    }
}
Write-Output "$done assigned, $failed failed"
