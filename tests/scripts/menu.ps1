Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
do {
    Write-Host '1  add Visio'
    Write-Host '2  remove Visio'
    Write-Host 'Q  quit'
    $choice = Read-Host 'Your choice'
    if ($choice -in '1','2') {
        $upn = Read-Host 'Whose licence'
        $id = (Get-MgSubscribedSku -All | Where-Object { $_.SkuPartNumber -eq 'VISIOCLIENT' }).SkuId
        Switch ($choice) {
            '1' { Set-MgUserLicense -UserId $upn -AddLicenses @{SkuId = $id} -RemoveLicenses @() | Out-Null }
            '2' { Set-MgUserLicense -UserId $upn -AddLicenses @{} -RemoveLicenses @($id) | Out-Null }
        }
    }
} until ($choice -eq 'Q')
Disconnect-MgGraph | Out-Null
